/** Talks with the process that watches one container (docs/monitor-protocol.md). */
package jong.runtime.monitor;
