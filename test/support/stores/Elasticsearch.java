// Starts one node of Elasticsearch from the jars that Elastic publishes for other programs: `Elasticsearch.java HOME`. The
// distribution's own start needs files that are in no Maven repository, and refuses to run as root, which containers are.
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

public class Elasticsearch {
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    Settings settings = Settings.builder()
      .put("path.home", home)
      .put("cluster.name", "saltflat")
      .put("node.name", "node")
      .put("discovery.type", "single-node")
      .put("network.host", "127.0.0.1")
      .put("http.port", "0") // any that is free
      .put("transport.port", "0")
      .put("cluster.routing.allocation.disk.threshold_enabled", false) // a full disk is no reason to refuse documents here
      .build();
    LogConfigurator.configureESLogging();
    Environment environment = new Environment(settings, home.resolve("config"));
    PluginsLoader plugins =
      PluginsLoader.createPluginsLoader(PluginsLoader.loadModulesBundles(environment.modulesDir()), Set.of(), Map.of());
    Node node = new Node(environment, plugins);
    node.start();
    System.out.println("listening on " + node.injector().getInstance(HttpServerTransport.class).boundAddress().publishAddress());
    Thread.currentThread().join();
  }
}
