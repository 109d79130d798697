/** The processor's resource director: {@code linux.intelRdt}. */
package jong.runtime.resctrl;
