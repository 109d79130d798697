package jong.cli.command;

/**
 * What the help says about a command besides its flags.
 *
 * @param arguments what follows the name in the usage line
 * @param summary one line, or several where more is to be said
 * @param aliases other ways to call it, without the program's name, divided by commas; may be empty
 */
public record Synopsis(String arguments, String summary, String aliases, Arity arity) {}
