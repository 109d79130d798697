/** What keeps content and snapshots that nothing refers to yet, or not any more. */
package jong.manager.leases;
