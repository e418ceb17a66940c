# Prints a token, signed with CALLPOINT_CUSTOMERS_SECRET, for one signed-in user: `ruby mint.rb`
require "jwt"

# A token for whoever is signed in, for an hour.
def callpoint_token(user, org)
  now = Time.now.to_i
  claims = {
    sub: user.id.to_s, name: user.name, email: user.email,
    account: { id: org.id.to_s, name: org.name },
    aud: "callpoint", iat: now, exp: now + 3600
  }
  JWT.encode(claims, ENV.fetch("CALLPOINT_CUSTOMERS_SECRET"), "HS256")
end

User = Struct.new(:id, :name, :email)
Org = Struct.new(:id, :name)
puts callpoint_token(User.new(4127, "Ada Marsh", "ada@acme.example"), Org.new("acme", "Acme Robotics"))
