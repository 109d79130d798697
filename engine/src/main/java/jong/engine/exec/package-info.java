/** {@code docker exec}: further processes in running containers. */
package jong.engine.exec;
