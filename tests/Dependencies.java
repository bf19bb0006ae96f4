///usr/bin/env jbang "$0" "$@" ; exit $?
//DESCRIPTION Lists the dependencies of the broker and its clients with version, licence and checksum, as CycloneDX.
//JAVA 17+
//DEPS info.picocli:picocli:4.7.7
//DEPS org.cyclonedx:cyclonedx-core-java:12.2.0
//DEPS org.apache.maven:maven-model:3.9.11
//DEPS org.slf4j:slf4j-nop:2.0.20
//SOURCES ../cli/Version.java
package tests;

import cli.Version;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.maven.model.Model;
import org.apache.maven.model.Parent;
import org.apache.maven.model.io.xpp3.MavenXpp3Reader;
import org.codehaus.plexus.util.xml.pull.XmlPullParserException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.License;
import org.cyclonedx.model.LicenseChoice;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.util.BomUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Makes a software bill of materials from the class paths of the scripts and the POM files beside the jars. */
@Command(
        name = "dependencies",
        mixinStandardHelpOptions = true,
        version = Version.TEXT,
        description =
                "Prints the dependencies of the broker and its clients with version, licence and checksum, as CycloneDX in JSON.")
public class Dependencies implements Callable<Integer> {
    private static final List<String> SCRIPTS = List.of("Broker.java", "Producer.java", "Consumer.java");
    private static final org.cyclonedx.Version FORMAT = org.cyclonedx.Version.VERSION_16;

    public static void main(String... args) {
        System.exit(new CommandLine(new Dependencies()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Set<String> jars = new TreeSet<>();
        for (String script : SCRIPTS) {
            jars.addAll(classPath(script));
        }
        Bom bom = new Bom();
        Component product = new Component();
        product.setType(Component.Type.APPLICATION);
        product.setName("mini-kafka");
        product.setVersion(Version.NUMBER);
        Metadata metadata = new Metadata();
        metadata.setComponent(product);
        bom.setMetadata(metadata);
        for (String jar : jars) {
            bom.addComponent(component(Path.of(jar)));
        }
        System.out.println(BomGeneratorFactory.createJson(FORMAT, bom).toJsonString());
        return 0;
    }

    private static List<String> classPath(String script) throws IOException, InterruptedException {
        Process jbang = new ProcessBuilder("./jbang", "info", "classpath", "--deps-only", script)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(jbang.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (jbang.waitFor() != 0) {
            throw new IOException("The class path of " + script + " is not known");
        }
        return List.of(output.split(File.pathSeparator));
    }

    /** A repository has the layout {@code org/example/name/1.0/name-1.0.jar}. */
    private static Component component(Path jar) throws IOException, XmlPullParserException {
        Path pom = Path.of(jar.toString().replaceFirst("\\.jar$", ".pom"));
        Model model = model(pom);
        Component component = new Component();
        component.setType(Component.Type.LIBRARY);
        component.setGroup(model.getGroupId() == null ? model.getParent().getGroupId() : model.getGroupId());
        component.setName(model.getArtifactId());
        component.setVersion(jar.getParent().getFileName().toString());
        String purl = "pkg:maven/" + component.getGroup() + "/" + component.getName() + "@" + component.getVersion()
                + "?type=jar";
        component.setPurl(purl);
        component.setBomRef(purl);
        component.setHashes(BomUtils.calculateHashes(jar.toFile(), FORMAT).stream()
                .filter(hash -> hash.getAlgorithm().equals("SHA-256"))
                .toList());
        component.setLicenses(licenses(model, pom));
        return component;
    }

    /** Those of the POM, or else those of its nearest parent that has some. */
    private static LicenseChoice licenses(Model model, Path pom) throws IOException, XmlPullParserException {
        LicenseChoice choice = new LicenseChoice();
        if (model.getLicenses().isEmpty() && model.getParent() != null) {
            Path parent = pomOf(model.getParent(), repositoryOf(model, pom));
            return licenses(model(parent), parent);
        }
        for (org.apache.maven.model.License one : model.getLicenses()) {
            License license = new License();
            license.setName(one.getName());
            license.setUrl(one.getUrl());
            choice.addLicense(license);
        }
        return choice;
    }

    private static Path repositoryOf(Model model, Path pom) {
        String group = model.getGroupId() == null ? model.getParent().getGroupId() : model.getGroupId();
        Path repository = pom.toAbsolutePath().getParent().getParent().getParent(); // the folder of the group
        for (int i = 0; i < group.split("\\.").length; i++) {
            repository = repository.getParent();
        }
        return repository;
    }

    private static Path pomOf(Parent parent, Path repository) {
        return repository
                .resolve(parent.getGroupId().replace('.', '/'))
                .resolve(parent.getArtifactId())
                .resolve(parent.getVersion())
                .resolve(parent.getArtifactId() + "-" + parent.getVersion() + ".pom");
    }

    private static Model model(Path pom) throws IOException, XmlPullParserException {
        try (var in = Files.newInputStream(pom)) {
            return new MavenXpp3Reader().read(in);
        }
    }
}
