/** Control groups as the kernel shows them: hierarchies, directories, files. No policy. */
package jong.linux.cgroups;
