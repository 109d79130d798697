/**
 * The attacks that runtimes have fallen to, each tried against the built native program. A test
 * fails if the attack works.
 */
package jong.runtime.attacks;
