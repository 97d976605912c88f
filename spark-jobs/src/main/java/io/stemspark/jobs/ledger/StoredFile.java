package io.stemspark.jobs.ledger;

import java.io.Serializable;

/**
 * A file that a run has written.
 *
 * @param uri where it lies
 * @param bytes its size
 */
public record StoredFile(String uri, long bytes) implements Serializable {}
