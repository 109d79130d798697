/** {@code jong-runc}: the runtime on the command line, with runc's commands. */
package jong.runtime.cli;
