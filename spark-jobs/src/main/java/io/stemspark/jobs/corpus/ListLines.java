package io.stemspark.jobs.corpus;

import io.stemspark.jobs.storage.LocalPaths;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The lines of a text file, whatever its name. (Hadoop and Spark take a name for a pattern, and
 * pass over one that begins with an underscore or a dot.) Names of files in it may be of any bytes.
 */
public final class ListLines extends TextInputFormat {
  private static final String FILE = "stemspark.list";

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
}
