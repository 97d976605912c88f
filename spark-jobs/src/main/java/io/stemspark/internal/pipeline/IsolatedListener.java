package io.stemspark.internal.pipeline;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes calls on to a listener. Its exceptions are logged, and the run goes on. */
public final class IsolatedListener {
  private static final Logger LOG = LoggerFactory.getLogger(IsolatedListener.class);

  private IsolatedListener() {}

  /**
   * A listener that never fails.
   *
   * @param type its interface, whose methods return nothing
   */
  public static <T> T of(Class<T> type, T listener) {
    InvocationHandler isolated = (proxy, method, arguments) -> call(listener, method, arguments);
    return type.cast(
        Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, isolated));
  }

  private static Object call(Object listener, Method method, Object[] arguments)
      throws IllegalAccessException {
    try {
      return method.invoke(listener, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof VirtualMachineError error) {
        throw error;
      }
      LOG.warn("A listener of this run failed in its method {}.", method.getName(), e.getCause());
      return null;
    }
  }
}
