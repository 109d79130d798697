/**
 * What a seccomp filter is made of: system call numbers of each architecture, and classic BPF
 * programs over {@code struct seccomp_data}. Which calls to allow is decided elsewhere.
 */
package jong.linux.seccomp;
