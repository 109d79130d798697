/** Networks as docker knows them, on top of the bridges that module network makes. */
package jong.engine.networks;
