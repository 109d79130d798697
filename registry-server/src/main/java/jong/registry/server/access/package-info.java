/** Who may do what: nobody asked, htpasswd files, tokens. */
package jong.registry.server.access;
