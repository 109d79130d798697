package jong.manager.tasks;

/**
 * The kind of stdio that a process gets.
 *
 * @param stdin whether its input stays open for attached clients; else it reads the end at once
 * @param terminal whether stdin, stdout and stderr are one pseudo terminal; the process's spec must
 *     have the same {@code terminal} value
 */
public record Stdio(boolean stdin, boolean terminal) {}
