/** Certificates and private keys from files. */
package jong.wire.pem;
