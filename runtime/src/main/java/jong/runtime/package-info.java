/** Containers as running processes: created, started, entered, watched, removed. */
package jong.runtime;
