/** Rules of CONVENTIONS.md that a program can check, run by the build instead of asked for. */
@NullMarked
package jong.dist.tidy;

import org.jspecify.annotations.NullMarked;
