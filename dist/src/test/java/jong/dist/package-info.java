/**
 * Tests of the shipped product: they start its launchers and look at what the kernel then shows.
 *
 * <p>Every test runs with both clients, {@code jong} and the unmodified docker CLI. With {@code
 * -Djong.test.peer=unix:///path/docker.sock} the same tests run against that dockerd instead of
 * jongd, which is how their expected values are checked.
 */
@NullMarked
package jong.dist;

import org.jspecify.annotations.NullMarked;
