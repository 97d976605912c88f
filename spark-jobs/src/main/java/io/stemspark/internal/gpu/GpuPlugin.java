package io.stemspark.internal.gpu;

import io.stemspark.internal.process.NativeLibraries;
import io.stemspark.internal.torch.CudaDevices;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.resource.ResourceInformation;

/**
 * Shows an executor the NVIDIA GPUs that Spark has assigned to it and hides those of its
 * neighbours, before anything loads CUDA.
 */
public final class GpuPlugin implements SparkPlugin {
  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        NativeLibraries.prepare();
        ResourceInformation gpu = context.resources().get(Gpus.GPU);
        if (gpu != null && gpu.addresses().length > 0) {
          Gpus.assign(List.of(gpu.addresses()));
        } else if (context.executorID().equals("driver")) {
          CudaDevices.showAll(); // one process, which Spark assigns nothing to
        } else {
          CudaDevices.showNone();
        }
      }
    };
  }
}
