package io.stemspark.audio.child;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Loader;

/**
 * The jars and folders that the child needs: those that its classes and native libraries were
 * loaded from here, wherever Spark or a test put them.
 */
final class ChildClassPath {
  private ChildClassPath() {}

  static List<String> entries() throws IOException {
    Properties platform = Loader.loadProperties();
    String folder = "/org/bytedeco/%s/" + platform.getProperty("platform") + "/";
    String library =
        platform.getProperty("platform.library.prefix")
            + "%s"
            + platform.getProperty("platform.library.suffix");
    Set<String> entries = new LinkedHashSet<>();
    for (String resource :
        List.of(
            nameOf(DecoderMain.class),
            nameOf(Loader.class),
            nameOf(avutil.class),
            (folder + library).formatted("javacpp", "jnijavacpp"),
            (folder + library).formatted("ffmpeg", "jniavutil"))) {
      entries.add(rootOf(resource));
    }
    return List.copyOf(entries);
  }

  private static String nameOf(Class<?> type) {
    return "/" + type.getName().replace('.', '/') + ".class";
  }

  /** The jar or folder that holds a resource. */
  private static String rootOf(String resource) throws IOException {
    URL url = ChildClassPath.class.getResource(resource);
    if (url == null) {
      throw new IOException("Not on the class path: " + resource);
    }
    String location = url.toString();
    String root =
        url.getProtocol().equals("jar")
            ? location.substring("jar:".length(), location.indexOf("!/"))
            : location.substring(0, location.length() - resource.length() + 1);
    return Path.of(URI.create(root)).toString();
  }
}
