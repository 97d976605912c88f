package io.stemspark.internal.process;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.bytedeco.javacpp.Loader;

/**
 * A Java process for work on untrusted bytes by native code, which may crash. It is no sandbox, but
 * has no credentials in its environment. The JVM reports a crash on standard error.
 */
public final class ChildJvm {
  /** The exit code of a child whose Java heap was too small. */
  public static final int OUT_OF_HEAP = 3;

  private ChildJvm() {}

  /**
   * A builder that starts a child.
   *
   * @param main whose {@code main} method it runs
   * @param resources names from the root of the class path; the child gets the jars and folders
   *     that hold them here, wherever Spark or a test put them
   */
  public static ProcessBuilder builder(
      int heapMebibytes, List<String> resources, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xms8m");
    command.add("-Xmx" + heapMebibytes + "m");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:-UsePerfData");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add("-XX:+ErrorFileToStderr");
    command.add("-XX:+DisplayVMOutputToStderr");
    // The watchdog counts all memory; JavaCPP's own limit would only stop to collect it.
    command.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
    command.add("-Dorg.bytedeco.javacpp.cachedir=" + NativeLibraries.folder());
    command.add("-Djava.io.tmpdir=" + ProcessFolder.get());
    command.add("-cp");
    command.add(classPath(resources, main));
    command.add(main.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    // Credentials live in the environment.
    builder.environment().clear();
    // Without a locale Java would not find a class path with letters beyond ASCII.
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }

  private static String classPath(List<String> resources, Class<?> main) throws IOException {
    Set<String> roots = new LinkedHashSet<>();
    for (Class<?> type : List.of(main, ChildJvm.class, Loader.class)) {
      roots.add(rootOf(resource(type)));
    }
    roots.add(rootOf(library("javacpp", "jnijavacpp")));
    for (String resource : resources) {
      roots.add(rootOf(resource));
    }
    return String.join(File.pathSeparator, roots);
  }

  /** The name of a class's file. */
  public static String resource(Class<?> type) {
    return "/" + type.getName().replace('.', '/') + ".class";
  }

  /** The name of one of JavaCPP's libraries for this platform. */
  public static String library(String preset, String name) {
    Properties platform = Loader.loadProperties();
    return "/org/bytedeco/%s/%s/%s%s%s"
        .formatted(
            preset,
            platform.getProperty("platform"),
            platform.getProperty("platform.library.prefix"),
            name,
            platform.getProperty("platform.library.suffix"));
  }

  /** The jar or folder that holds a resource. */
  private static String rootOf(String resource) throws IOException {
    URL url = ChildJvm.class.getResource(resource);
    if (url == null) {
      throw new IOException(resource + " is not on the class path.");
    }
    String location = url.toString();
    String root =
        url.getProtocol().equals("jar")
            ? location.substring("jar:".length(), location.indexOf("!/"))
            : location.substring(0, location.length() - resource.length() + 1);
    return Path.of(URI.create(root)).toString();
  }
}
