package tests;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Writes frames of the same size into a GIF that repeats forever. Each frame after the first has only the rectangle that changed. For one
 * thread. See the GIF89a specification and the metadata format javax_imageio_gif_image_1.0 of the JDK.
 */
final class AnimatedGif implements AutoCloseable {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";

    /** The application extension NETSCAPE2.0 with a loop count of 0. */
    private static final byte[] FOREVER = {1, 0, 0};

    private final ImageWriter writer =
            ImageIO.getImageWritersByFormatName("gif").next();
    private final ImageOutputStream out;
    private BufferedImage shown;
    private BufferedImage pending;
    private long pendingMs;

    AnimatedGif(Path file) throws IOException {
        Files.deleteIfExists(file);
        out = ImageIO.createImageOutputStream(file.toFile());
        writer.setOutput(out);
        writer.prepareWriteSequence(null);
    }

    /** @param millis how long the frame is shown, in milliseconds */
    void add(BufferedImage frame, long millis) throws IOException {
        if (pending != null && changeBetween(pending, frame).isEmpty()) {
            pendingMs += millis;
            return;
        }
        writePending();
        pending = frame;
        pendingMs = millis;
    }

    @Override
    public void close() throws IOException {
        writePending();
        writer.endWriteSequence();
        out.close();
        writer.dispose();
    }

    private void writePending() throws IOException {
        if (pending == null) {
            return;
        }
        Rectangle change =
                shown == null ? new Rectangle(pending.getWidth(), pending.getHeight()) : changeBetween(shown, pending);
        BufferedImage part = pending.getSubimage(change.x, change.y, change.width, change.height);
        writer.writeToSequence(new IIOImage(part, null, metadata(part, change)), null);
        shown = pending;
    }

    private IIOMetadata metadata(BufferedImage part, Rectangle place) throws IOException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(part), null);
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
        IIOMetadataNode descriptor = child(root, "ImageDescriptor");
        descriptor.setAttribute("imageLeftPosition", String.valueOf(place.x));
        descriptor.setAttribute("imageTopPosition", String.valueOf(place.y));
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "doNotDispose");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", String.valueOf(Math.max(2, pendingMs / 10))); // hundredths of a second
        IIOMetadataNode application = new IIOMetadataNode("ApplicationExtension");
        application.setAttribute("applicationID", "NETSCAPE");
        application.setAttribute("authenticationCode", "2.0");
        application.setUserObject(FOREVER);
        child(root, "ApplicationExtensions").appendChild(application);
        metadata.setFromTree(FORMAT, root);
        return metadata;
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
        for (int i = 0; i < root.getLength(); i++) {
            if (root.item(i).getNodeName().equals(name)) {
                return (IIOMetadataNode) root.item(i);
            }
        }
        IIOMetadataNode made = new IIOMetadataNode(name);
        root.appendChild(made);
        return made;
    }

    /** The smallest rectangle that has all pixels that differ; empty if there are none. */
    private static Rectangle changeBetween(BufferedImage before, BufferedImage now) {
        Rectangle change = new Rectangle();
        for (int y = 0; y < now.getHeight(); y++) {
            for (int x = 0; x < now.getWidth(); x++) {
                if (before.getRGB(x, y) != now.getRGB(x, y)) {
                    Rectangle pixel = new Rectangle(x, y, 1, 1);
                    change = change.isEmpty() ? pixel : change.union(pixel);
                }
            }
        }
        return change;
    }
}
