/** The running side of containers: created, supervised, found again after a restart. */
package jong.manager.tasks;
