// React under StrictMode, which mounts everything twice; each render gives new functions.
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { Callpoint, CallpointStatus, useCallpoint } from "callpoint/react";

const Product = () => {
  const callpoint = useCallpoint();
  const [booted, setBooted] = useState(true);
  const [heard, setHeard] = useState<string[]>([]);
  return (
    <>
      <button onClick={() => callpoint.show("report")}>Something wrong?</button>
      <button onClick={() => setBooted(!booted)}>{booted ? "Sign out" : "Sign in"}</button>
      <output>{heard.join(" ")}</output>
      <CallpointStatus variant="card" />
      {booted && (
        <Callpoint
          backend="https://incidents.vendor.example"
          getToken={() => fetch("/callpoint-token").then((answer) => answer.text())}
          onOpen={() => setHeard([...heard, "open"])}
          onReport={({ reference }) => setHeard([...heard, reference])}
        />
      )}
    </>
  );
};

createRoot(document.getElementById("app")!).render(<StrictMode><Product /></StrictMode>);
