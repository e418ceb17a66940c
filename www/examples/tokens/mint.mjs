// Prints a token, signed with CALLPOINT_CUSTOMERS_SECRET, for one signed-in user: `node mint.mjs`
import jwt from "jsonwebtoken";

/** A token for whoever is signed in, for an hour. */
const callpointToken = (user, org) =>
  jwt.sign(
    { name: user.name, email: user.email, account: { id: String(org.id), name: org.name } },
    process.env.CALLPOINT_CUSTOMERS_SECRET,
    { algorithm: "HS256", subject: String(user.id), audience: "callpoint", expiresIn: "1h" },
  );

const user = { id: 4127, name: "Ada Marsh", email: "ada@acme.example" };
console.log(callpointToken(user, { id: "acme", name: "Acme Robotics" }));
