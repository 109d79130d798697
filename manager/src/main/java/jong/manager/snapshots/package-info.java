/** File systems made of layers. */
package jong.manager.snapshots;
