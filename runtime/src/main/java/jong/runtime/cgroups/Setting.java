package jong.runtime.cgroups;

/**
 * One value to write into a control file.
 *
 * @param controller whose file it is
 * @param file the file's name
 * @param value what is written
 * @param optional whether a kernel without that file is fine: what is asked for holds there anyway
 */
record Setting(String controller, String file, String value, boolean optional) {}
