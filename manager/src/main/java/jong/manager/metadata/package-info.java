/** What must not be forgotten, in one transactional file. */
package jong.manager.metadata;
