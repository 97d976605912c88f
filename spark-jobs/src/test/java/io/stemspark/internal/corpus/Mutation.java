package io.stemspark.internal.corpus;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.stemspark.internal.onnx.proto.ModelProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** How a hostile file is made from a sound one. */
interface Mutation {
  /** The file that is another one than {@code original}. */
  byte[] of(byte[] original, Random random);

  /** Texts that parsers stumble over. */
  List<String> TOKENS =
      List.of(
          "null",
          "[",
          "{",
          "}",
          "\"",
          "-1",
          "1e999",
          "9223372036854775808",
          "\u0000",
          "\ud83d",
          "../",
          "NaN",
          ",",
          "\n",
          "\\u0000",
          "true",
          "\u001b[31m",
          "=cmd()",
          "[[[[[[[[[",
          "\ufeff");

  /** Numbers at which code tends to change its mind. */
  List<Long> NUMBERS =
      List.of(
          0L,
          -1L,
          1L,
          2L,
          7L,
          255L,
          65_536L,
          Integer.MAX_VALUE + 0L,
          Integer.MIN_VALUE + 0L,
          1L << 40,
          Long.MAX_VALUE,
          Long.MIN_VALUE);

  /** Changes one to four places, whatever they stand for. */
  static byte[] ofBytes(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = random.nextInt(bytes.length + 1);
      switch (random.nextInt(6)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at);
        case 1 -> bytes = inserted(bytes, at, bytesOf(pick(TOKENS, random)));
        case 2 -> {
          if (at < bytes.length) {
            bytes[at] ^= (byte) (1 << random.nextInt(8));
          }
        }
        case 3 -> bytes = inserted(bytes, at, Arrays.copyOfRange(bytes, at / 2, at));
        case 4 -> {
          byte[] noise = new byte[random.nextInt(40)];
          random.nextBytes(noise);
          bytes = inserted(bytes, at, noise);
        }
        default -> bytes = without(bytes, at, Math.min(bytes.length, at + random.nextInt(60)));
      }
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int from, int to) {
    byte[] less = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, less, from, bytes.length - to);
    return less;
  }

  private static byte[] inserted(byte[] bytes, int at, byte[] more) {
    byte[] joined = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, joined, at, more.length);
    System.arraycopy(bytes, at, joined, at + more.length, bytes.length - at);
    return joined;
  }

  private static byte[] bytesOf(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  /** Changes values, names and fields of JSON, a document in each line or one in all. */
  static byte[] ofJson(byte[] original, Random random) {
    JsonMapper mapper =
        JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
    try (var documents = mapper.readerFor(JsonNode.class).<JsonNode>readValues(original)) {
      List<JsonNode> all = documents.readAll();
      int chosen = random.nextInt(all.size());
      for (int change = random.nextInt(3); change >= 0; change--) {
        all.set(chosen, changed(all.get(chosen), random));
      }
      return bytesOf(
          all.stream().map(JsonNode::toString).collect(Collectors.joining("\n", "", "\n")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode changed(JsonNode node, Random random) {
    if (node.isEmpty() || random.nextInt(8) == 0) {
      return value(random);
    }
    if (node instanceof ArrayNode array) {
      int at = random.nextInt(array.size());
      switch (random.nextInt(4)) {
        case 0 -> array.remove(at);
        case 1 -> array.add(array.get(at).deepCopy());
        default -> array.set(at, changed(array.get(at), random));
      }
    } else if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = pick(names, random);
      switch (random.nextInt(6)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name + pick(TOKENS, random), value(random));
        default -> object.set(name, changed(object.get(name), random));
      }
    }
    return node;
  }

  private static JsonNode value(Random random) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(8)) {
      case 0 -> nodes.nullNode();
      case 1 -> nodes.arrayNode();
      case 2 -> nodes.objectNode();
      case 3 -> nodes.numberNode(random.nextGaussian() * Math.pow(10, random.nextInt(300)));
      case 4 -> nodes.textNode("");
      case 5 -> nodes.textNode(pick(TOKENS, random).repeat(1 + random.nextInt(3000)));
      default -> nodes.numberNode(pick(NUMBERS, random));
    };
  }

  /** Changes fields of an ONNX model, so that what comes out can still be parsed. */
  static byte[] ofOnnx(byte[] original, Random random) {
    try {
      Message.Builder model = ModelProto.parseFrom(original).toBuilder();
      for (int change = random.nextInt(3); change >= 0; change--) {
        change(model, random);
      }
      return model.build().toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void change(Message.Builder message, Random random) {
    List<FieldDescriptor> present = new ArrayList<>(message.getAllFields().keySet());
    if (present.isEmpty()) {
      return;
    }
    FieldDescriptor field = pick(present, random);
    if (!field.isRepeated()) {
      message.setField(field, changed(field, message.getField(field), random));
      return;
    }
    int count = message.getRepeatedFieldCount(field);
    int at = random.nextInt(count);
    Object value = message.getRepeatedField(field, at);
    switch (random.nextInt(8)) {
      case 0 -> {
        List<Object> others = new ArrayList<>((List<?>) message.getField(field));
        others.remove(at);
        message.setField(field, others);
      }
      case 1 -> message.addRepeatedField(field, value);
      case 2 -> {
        Object other = message.getRepeatedField(field, random.nextInt(count));
        message.setRepeatedField(field, at, other);
      }
      default -> message.setRepeatedField(field, at, changed(field, value, random));
    }
  }

  private static Object changed(FieldDescriptor field, Object value, Random random) {
    return switch (field.getJavaType()) {
      case MESSAGE -> {
        Message.Builder part = ((Message) value).toBuilder();
        change(part, random);
        yield part.build();
      }
      case INT -> pick(NUMBERS, random).intValue();
      case LONG -> pick(NUMBERS, random);
      case FLOAT -> (float) (random.nextGaussian() * Math.pow(10, random.nextInt(40)));
      case DOUBLE -> random.nextGaussian() * Math.pow(10, random.nextInt(300));
      // What has no UTF-8 form cannot be written.
      case STRING ->
          random.nextBoolean()
              ? pick(OPERATORS, random)
              : pick(TOKENS, random).replace("\ud83d", "?");
      case BYTE_STRING -> ByteString.copyFrom(ofBytes(((ByteString) value).toByteArray(), random));
      case ENUM -> pick(field.getEnumType().getValues(), random);
      case BOOLEAN -> random.nextBoolean();
    };
  }

  /** Names for operators, tensors and attributes. */
  List<String> OPERATORS =
      List.of(
          "Identity",
          "Expand",
          "Tile",
          "Range",
          "Pad",
          "Resize",
          "Gather",
          "Concat",
          "Conv",
          "ConvTranspose",
          "Reshape",
          "ConstantOfShape",
          "Loop",
          "If",
          "Scan",
          "CumSum",
          "EyeLike",
          "RandomNormal",
          "NonZero",
          "QLinearConv",
          "MatMul",
          "Einsum",
          "LSTM",
          "input",
          "output");
}
