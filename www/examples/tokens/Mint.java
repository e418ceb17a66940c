import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Prints a token, signed with CALLPOINT_CUSTOMERS_SECRET, for one signed-in user: `java -cp '/usr/share/java/*' Mint.java` */
public class Mint {
    record User(String id, String name, String email) {}

    record Org(String id, String name) {}

    /** A token for whoever is signed in, for an hour. */
    static String callpointToken(User user, Org org) throws Exception {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = Map.of(
            "sub", user.id(), "name", user.name(), "email", user.email(),
            "account", Map.of("id", org.id(), "name", org.name()),
            "aud", "callpoint", "iat", now, "exp", now + 3600);
        String header = encoder.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8));
        String signed = header + "." + encoder.encodeToString(new ObjectMapper().writeValueAsBytes(claims));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(System.getenv("CALLPOINT_CUSTOMERS_SECRET").getBytes(UTF_8), "HmacSHA256"));
        return signed + "." + encoder.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
    }

    public static void main(String[] arguments) throws Exception {
        User user = new User("4127", "Ada Marsh", "ada@acme.example");
        System.out.println(callpointToken(user, new Org("acme", "Acme Robotics")));
    }
}
