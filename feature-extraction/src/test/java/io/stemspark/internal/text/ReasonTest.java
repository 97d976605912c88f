package io.stemspark.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ReasonTest {
  @Test
  void aFailureSaysMoreThanAName() {
    assertThat(Reason.of(new AccessDeniedException("/a"))).isEqualTo("/a: Permission is denied.");
    assertThat(Reason.of(new NoSuchFileException("/a"))).isEqualTo("/a: It does not exist.");
    assertThat(Reason.of(new FileSystemException("/a", null, "Is a directory")))
        .isEqualTo("/a: Is a directory");
    assertThat(Reason.of(new IOException("broken"))).isEqualTo("broken");
    assertThat(Reason.of(new IOException("gone\n\tat a.B.c(B.java:1)\n\tat d.E.f(E.java:2)\n")))
        .isEqualTo("gone");
    assertThat(Reason.of(new IOException())).isEqualTo("java.io.IOException");
  }
}
