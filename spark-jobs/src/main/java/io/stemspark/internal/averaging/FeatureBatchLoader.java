package io.stemspark.internal.averaging;

import io.stemspark.internal.dataset.FeatureBatch;
import io.stemspark.internal.dataset.FeatureFiles;
import io.stemspark.internal.training.BatchAssembler;
import io.stemspark.internal.training.BatchLoader;
import io.stemspark.network.Stem;
import io.stemspark.patch.PatchConfig;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Makes batches from a feature dataset, in whatever process holds it.
 *
 * @param stems of the dataset, first those that are learned
 */
public record FeatureBatchLoader(
    Broadcast<SerializableConfiguration> hadoop,
    List<Stem> stems,
    PatchConfig patch,
    BatchAssembler assembler)
    implements BatchLoader<FeatureBatch>, Serializable {
  @Override
  public MultiDataSet load(FeatureBatch batch) throws IOException {
    Configuration configuration = hadoop.value().value();
    return assembler.assemble(
        FeatureFiles.read(batch.patches(), stems, patch, configuration), batch.seed());
  }
}
