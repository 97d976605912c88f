package io.stemspark.internal.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.ipc.RemoteException;
import org.junit.jupiter.api.Test;

class NewFilesTest {
  /** HDFS says so in its server's words. */
  @Test
  void aFileThatWasDeletedWhileItWasWrittenIsToldFromOtherFailures() {
    assertThat(NewFiles.isMissingFile(new FileNotFoundException("gone"))).isTrue();
    assertThat(
            NewFiles.isMissingFile(
                new RemoteException("java.io.FileNotFoundException", "File does not exist")))
        .isTrue();
    assertThat(NewFiles.isMissingFile(new RemoteException("java.io.IOException", "full")))
        .isFalse();
    assertThat(NewFiles.isMissingFile(new IOException("full"))).isFalse();
  }
}
