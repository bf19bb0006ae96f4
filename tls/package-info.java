//SOURCES CertificateCommand.java PemKeyStore.java ServerTls.java TlsOptions.java
/** HTTPS for the broker: certificates in PEM, their renewal, and the command {@code cert}. Without {@code --tls-cert}, nothing of it is used. */
package tls;
