/** What concerns the whole engine: its version, its host, its parts' use of disk. */
package jong.engine.system;
