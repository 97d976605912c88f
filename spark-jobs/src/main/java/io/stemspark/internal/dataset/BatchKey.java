package io.stemspark.internal.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.stemspark.internal.json.StrictJson;
import java.util.List;

/**
 * A batch in words: which patches, and the seed of their augmentation. Keys travel to the workers
 * in place of arrays; each worker reads its own patches.
 */
public record BatchKey(long seed, List<PatchReference> patches) {
  /** The driver holds the keys of a whole epoch. */
  private static final ObjectWriter WRITER =
      StrictJson.MAPPER.writer().without(SerializationFeature.INDENT_OUTPUT);

  public String encode() {
    try {
      return WRITER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A batch key always has a JSON form", e);
    }
  }

  public static BatchKey decode(String key) throws JsonProcessingException {
    return StrictJson.MAPPER.readValue(key, BatchKey.class);
  }
}
