// Prints a token, signed with the private key in CALLPOINT_SIGNING_KEY, for one signed-in user: `node keys.mjs`
import { SignJWT, importPKCS8 } from "jose";

/** A token for whoever is signed in, for an hour. */
const callpointToken = async (user, org) =>
  new SignJWT({ name: user.name, email: user.email, account: { id: String(org.id), name: org.name } })
    .setProtectedHeader({ alg: "EdDSA", kid: "2026-11" })
    .setSubject(String(user.id))
    .setAudience("callpoint")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(await importPKCS8(process.env.CALLPOINT_SIGNING_KEY, "EdDSA"));

const user = { id: 4127, name: "Ada Marsh", email: "ada@acme.example" };
console.log(await callpointToken(user, { id: "acme", name: "Acme Robotics" }));
