/** The one place where native code is called. Not exported. */
package jong.linux.calls;
