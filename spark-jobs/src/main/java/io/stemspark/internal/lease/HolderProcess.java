package io.stemspark.internal.lease;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The process that holds a lease.
 *
 * @param host name of its machine
 * @param machine what tells this machine's process numbers from others': the boot, and the
 *     namespace of process numbers; empty where that is not known
 * @param pid its number
 * @param started when it was started, in ticks since the boot, which no change of the clock moves;
 *     -1 where that is not known
 */
record HolderProcess(String host, String machine, long pid, long started) {
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");
  private static final int STARTED = 19;

  /** This process. */
  static HolderProcess current() {
    long pid = ProcessHandle.current().pid();
    return new HolderProcess(hostName(), thisMachine(), pid, startOf(pid));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Whether the process has ended for sure, which is known only of processes of this machine. */
  boolean hasEnded() {
    if (machine.isEmpty() || !machine.equals(thisMachine())) {
      return false;
    }
    boolean alive = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    // Another process may have the number by now.
    return !alive || startOf(pid) != started;
  }

  private static String thisMachine() {
    try {
      return Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(NAMESPACE);
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  private static long startOf(long pid) {
    try {
      Path file = Path.of("/proc", Long.toString(pid), "stat");
      String status = Files.readString(file, StandardCharsets.ISO_8859_1);
      // The second field, the name, may hold spaces.
      String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[STARTED]);
    } catch (IOException | RuntimeException e) {
      return -1;
    }
  }
}
