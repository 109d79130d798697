/** Compiles OCI seccomp profiles into the kernel's filter programs. */
package jong.runtime.seccomp;
