package tls;

import cli.PemFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a certificate chain and its private key from PEM files (RFC 7468) with the classes of the JDK. The key is in PKCS #8, as openssl,
 * certbot and mkcert write it, or in the older PKCS #1 (RSA). A library that reads more forms would double what the broker downloads.
 * Stateless.
 */
final class PemKeyStore {
    static final char[] PASSWORD = "in memory".toCharArray();

    private static final String ALIAS = "broker";

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN ((?:\\w+ )*PRIVATE KEY)-----\\s*(.*?)-----END \\1-----", Pattern.DOTALL);

    /** The key algorithms that TLS uses, and a signature algorithm of each. */
    private static final List<String[]> ALGORITHMS =
            List.of(new String[] {"EC", "SHA256withECDSA"}, new String[] {"RSA", "SHA256withRSA"}, new String[] {
                "EdDSA", "EdDSA"
            });

    private static final byte[] SAMPLE = {1, 2, 3};

    private static final String ADVICE = "Convert it with: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW";

    private PemKeyStore() {}

    /** @throws IOException if a file cannot be read or is not valid, or if the two do not belong together; the message says which */
    static KeyStore load(Path certificates, Path key) throws IOException {
        Certificate[] chain = PemFile.certificates(certificates);
        PrivateKey privateKey = key(key);
        requirePair(chain[0].getPublicKey(), privateKey, certificates, key);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, privateKey, PASSWORD, chain);
            return store;
        } catch (GeneralSecurityException e) {
            throw new IOException(certificates + " is not a certificate chain: " + e.getMessage(), e);
        }
    }

    private static PrivateKey key(Path file) throws IOException {
        Matcher pem = KEY.matcher(new String(PemFile.bytes(file), StandardCharsets.ISO_8859_1));
        if (!pem.find()) {
            throw new IOException(file + " has no private key in PEM, such as -----BEGIN PRIVATE KEY-----");
        }
        String form = pem.group(1);
        if (form.startsWith("ENCRYPTED") || pem.group(2).startsWith("Proc-Type:")) {
            throw new IOException("The key in " + file + " is encrypted. " + ADVICE);
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(pem.group(2));
        } catch (IllegalArgumentException e) {
            throw new IOException("The key in " + file + " is not valid Base64", e);
        }
        if (form.equals("PRIVATE KEY") || form.equals("RSA PRIVATE KEY")) {
            return key(form.equals("PRIVATE KEY") ? der : fromPkcs1(der), file);
        }
        throw new IOException(
                "The key in " + file + " has the form " + form + ", which the broker does not read. " + ADVICE);
    }

    private static PrivateKey key(byte[] pkcs8, Path file) throws IOException {
        for (String[] algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm[0]).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (InvalidKeySpecException e) {
                // it is of another algorithm
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
        throw new IOException("The key in " + file + " is neither an EC nor an RSA nor an EdDSA key");
    }

    /**
     * Wraps an RSA key of PKCS #1 (RFC 8017, appendix A.1.2) into PKCS #8 (RFC 5208):
     *
     * <pre>
     *   SEQUENCE { INTEGER 0, SEQUENCE { OID rsaEncryption, NULL }, OCTET STRING { key } }
     * </pre>
     */
    private static byte[] fromPkcs1(byte[] key) {
        byte[] version = {2, 1, 0};
        byte[] algorithm = {0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0};
        byte[] octets = der(4, key);
        return der(0x30, version, algorithm, octets);
    }

    /** A value in DER (ITU-T X.690): the tag, the length in one or three bytes, and the content. */
    private static byte[] der(int tag, byte[]... content) {
        int length = 0;
        for (byte[] part : content) {
            length += part.length;
        }
        ByteBuffer der = ByteBuffer.allocate(length + 4).put((byte) tag);
        if (length < 0x80) {
            der.put((byte) length);
        } else {
            der.put((byte) 0x82).putShort((short) length);
        }
        for (byte[] part : content) {
            der.put(part);
        }
        byte[] bytes = new byte[der.flip().remaining()];
        der.get(bytes);
        return bytes;
    }

    /** Signs with the private key and verifies with the public key. Otherwise a wrong pair would fail only at the first connection. */
    private static void requirePair(PublicKey publicKey, PrivateKey privateKey, Path certificates, Path key)
            throws IOException {
        try {
            for (String[] algorithm : ALGORITHMS) {
                if (privateKey.getAlgorithm().equals(algorithm[0])
                        && publicKey.getAlgorithm().equals(algorithm[0])) {
                    Signature signature = Signature.getInstance(algorithm[1]);
                    signature.initSign(privateKey);
                    signature.update(SAMPLE);
                    byte[] signed = signature.sign();
                    signature.initVerify(publicKey);
                    signature.update(SAMPLE);
                    if (signature.verify(signed)) {
                        return;
                    }
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("The key in " + key + " cannot be used: " + e.getMessage(), e);
        }
        throw new IOException("The key in " + key + " does not belong to the first certificate in " + certificates);
    }
}
