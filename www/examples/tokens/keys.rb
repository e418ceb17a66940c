# Prints a token, signed with the private key in CALLPOINT_SIGNING_KEY, for one signed-in user: `ruby keys.rb`
require "jwt"

# A token for whoever is signed in, for an hour.
def callpoint_token(user, org)
  now = Time.now.to_i
  claims = {
    sub: user.id.to_s, name: user.name, email: user.email,
    account: { id: org.id.to_s, name: org.name },
    aud: "callpoint", iat: now, exp: now + 3600
  }
  JWT.encode(claims, OpenSSL::PKey.read(ENV.fetch("CALLPOINT_SIGNING_KEY")), "RS256", { kid: "2026-11" })
end

User = Struct.new(:id, :name, :email)
Org = Struct.new(:id, :name)
puts callpoint_token(User.new(4127, "Ada Marsh", "ada@acme.example"), Org.new("acme", "Acme Robotics"))
