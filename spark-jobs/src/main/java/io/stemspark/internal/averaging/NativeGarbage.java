package io.stemspark.internal.averaging;

import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;

/**
 * Limits how much native memory waits to be freed. Weights, gradients and batches lie outside the
 * Java heap, and are freed when Java's garbage collector finds their owners. These are so small
 * that the collector may not run for long, while each round leaves as much native memory as a
 * network and its broadcast take. So the collector is called when the process has grown, and free
 * memory is given back to the system.
 */
final class NativeGarbage {
  private static final long MAX_BYTES = 256L << 20;

  /** Time for the threads that free what the collector has found. */
  private static final int MILLIS_TO_FREE = 100;

  private static long smallest = Long.MAX_VALUE;

  private NativeGarbage() {}

  /** Collects garbage if this process takes so much more memory than it did at its smallest. */
  static synchronized void limit() {
    long size = Pointer.physicalBytes();
    if (size > smallest && size - smallest > MAX_BYTES) {
      System.gc();
      awaitFreeing();
      Pointer.trimMemory();
      smallest = Pointer.physicalBytes();
    } else {
      smallest = Math.min(smallest, size);
    }
  }

  private static void awaitFreeing() {
    try {
      TimeUnit.MILLISECONDS.sleep(MILLIS_TO_FREE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
