package jong.runtime.cgroups;

/**
 * One value to write into a control file.
 *
 * @param controller whose file it is
 * @param file the file's name
 * @param value what is written
 */
record Setting(String controller, String file, String value) {}
