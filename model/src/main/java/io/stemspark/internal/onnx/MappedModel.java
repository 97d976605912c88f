package io.stemspark.internal.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import io.stemspark.internal.onnx.proto.GraphProto;
import io.stemspark.internal.onnx.proto.ModelProto;
import io.stemspark.internal.onnx.proto.StringStringEntryProto;
import io.stemspark.internal.onnx.proto.TensorProto;
import io.stemspark.internal.onnx.proto.TensorProto.DataLocation;
import io.stemspark.internal.process.ProcessFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Loads large models in such a way that their weights are not copied: from bytes, ONNX Runtime
 * makes three copies of them; weights in a file of their own it maps into memory. The files are
 * deleted as soon as they are mapped.
 */
final class MappedModel {
  /** A model of fewer bytes is loaded as it is. */
  static final int LARGE = 64 << 20;

  /** Weights of fewer bytes stay in the graph. */
  private static final int LEAST = 1 << 20;

  /** A page of memory of any processor; the weights of each tensor begin with one. */
  private static final int PAGE = 1 << 16;

  private static final String GRAPH = "graph.onnx";
  private static final String WEIGHTS = "weights";

  private MappedModel() {}

  /** Makes a session. */
  static OrtSession load(
      OrtEnvironment environment, byte[] model, OrtSession.SessionOptions options)
      throws OrtException {
    if (model.length < LARGE) {
      return environment.createSession(model, options);
    }
    Path folder = null;
    try {
      folder = Files.createTempDirectory(ProcessFolder.get(), "network-");
      Path graph = split(OnnxCheck.parsed(model), folder);
      return environment.createSession(graph.toString(), options);
    } catch (IOException e) {
      // There is no room for files: it takes more memory, and computes the same.
      return environment.createSession(model, options);
    } finally {
      if (folder != null) {
        delete(folder);
      }
    }
  }

  private static void delete(Path folder) {
    try {
      Files.deleteIfExists(folder.resolve(GRAPH));
      Files.deleteIfExists(folder.resolve(WEIGHTS));
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      return; // It goes with the process's folder.
    }
  }

  /** Writes a model's graph and weights into a folder; gives the graph's file. */
  private static Path split(ModelProto model, Path folder) throws IOException {
    ModelProto.Builder graph = model.toBuilder();
    try (FileChannel weights =
        FileChannel.open(
            folder.resolve(WEIGHTS), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      GraphProto.Builder main = graph.getGraphBuilder();
      for (int i = 0; i < main.getInitializerCount(); i++) {
        TensorProto tensor = main.getInitializer(i);
        if (tensor.getRawData().size() >= LEAST) {
          main.setInitializer(i, moved(tensor, weights));
        }
      }
    }
    Path file = folder.resolve(GRAPH);
    Files.write(file, graph.build().toByteArray());
    return file;
  }

  private static TensorProto moved(TensorProto tensor, FileChannel weights) throws IOException {
    ByteString data = tensor.getRawData();
    long offset = (weights.size() + PAGE - 1) / PAGE * PAGE;
    weights.position(offset);
    ByteBuffer bytes = data.asReadOnlyByteBuffer();
    while (bytes.hasRemaining()) {
      // Java copies what it is told to write to memory outside the heap, and keeps that.
      ByteBuffer block = bytes.slice(bytes.position(), Math.min(LEAST, bytes.remaining()));
      bytes.position(bytes.position() + weights.write(block));
    }
    return tensor.toBuilder()
        .clearRawData()
        .setDataLocation(DataLocation.EXTERNAL)
        .addExternalData(entry("location", WEIGHTS))
        .addExternalData(entry("offset", String.valueOf(offset)))
        .addExternalData(entry("length", String.valueOf(data.size())))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
