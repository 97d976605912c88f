package io.stemspark.jobs.lease;

import io.stemspark.runtime.ProcessFolder;
import java.net.InetAddress;
import java.net.UnknownHostException;

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
  /** This process. */
  static HolderProcess current() {
    long pid = ProcessHandle.current().pid();
    return new HolderProcess(hostName(), ProcessFolder.machine(), pid, ProcessFolder.started(pid));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Whether it is sure that the process has ended: only where it ran on this machine. */
  boolean hasEnded() {
    if (machine.isEmpty() || !machine.equals(ProcessFolder.machine())) {
      return false;
    }
    boolean alive = ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    // The number may be another process's by now.
    return !alive || ProcessFolder.started(pid) != started;
  }
}
