package io.stemspark.internal.corpus;

import io.stemspark.internal.storage.LocalPaths;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.InputSplit;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.hadoop.util.LineReader;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Reads the lines of a text file, whatever its name. (Hadoop and Spark take a name for a pattern,
 * and skip one that begins with an underscore or a dot.) Names of files in it may be of any bytes.
 */
public final class ListLines extends TextInputFormat {
  private static final String FILE = "stemspark.list";

  /** More than any row has; the rest of a longer line is not kept. */
  private static final int MAX_BYTES = 4 * TrackListFormat.MAX_LINE + 4;

  static JavaRDD<String> of(JavaSparkContext context, Path file, Configuration configuration) {
    Configuration own = new Configuration(configuration);
    own.set(FILE, file.toString());
    return context
        .newAPIHadoopRDD(own, ListLines.class, LongWritable.class, Text.class)
        .map(line -> LocalPaths.text(Arrays.copyOf(line._2().getBytes(), line._2().getLength())));
  }

  @Override
  protected List<FileStatus> listStatus(JobContext job) throws IOException {
    Path file = new Path(job.getConfiguration().get(FILE));
    return List.of(file.getFileSystem(job.getConfiguration()).getFileStatus(file));
  }

  @Override
  public RecordReader<LongWritable, Text> createRecordReader(
      InputSplit split, TaskAttemptContext context) {
    return new Lines();
  }

  /**
   * The lines that begin in a part of a file, or right at its end. (Hadoop's own reader holds whole
   * lines in memory, or skips those that are too long.)
   */
  private static final class Lines extends RecordReader<LongWritable, Text> {
    private final LongWritable position = new LongWritable();
    private Text line = new Text();
    private LineReader reader;
    private long start;
    private long next;
    private long end;

    @Override
    public void initialize(InputSplit split, TaskAttemptContext context) throws IOException {
      FileSplit part = (FileSplit) split;
      Configuration configuration = context.getConfiguration();
      FSDataInputStream stream = part.getPath().getFileSystem(configuration).open(part.getPath());
      start = part.getStart();
      end = start + part.getLength();
      stream.seek(start);
      reader = new LineReader(stream, configuration);
      next = start;
      if (start > 0) {
        next += reader.readLine(line, 0); // The part before has read it.
      }
    }

    @Override
    public boolean nextKeyValue() throws IOException {
      if (next > end) {
        return false;
      }
      // A new object for each line, because one that is used again keeps the memory of a long line.
      line = new Text();
      position.set(next);
      int bytes = reader.readLine(line, MAX_BYTES);
      next += bytes;
      return bytes > 0;
    }

    @Override
    public LongWritable getCurrentKey() {
      return position;
    }

    @Override
    public Text getCurrentValue() {
      return line;
    }

    @Override
    public float getProgress() {
      return end == start ? 1 : Math.min(1, (next - start) / (float) (end - start));
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
