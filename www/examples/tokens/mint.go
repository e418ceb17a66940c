// Prints a token, signed with CALLPOINT_CUSTOMERS_SECRET, for one signed-in user: `go run mint.go`
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"time"
)

type (
	User struct{ ID, Name, Email string }
	Org  struct{ ID, Name string }
)

// callpointToken is a token for whoever is signed in, for an hour.
func callpointToken(user User, org Org) (string, error) {
	now := time.Now()
	claims, err := json.Marshal(map[string]any{
		"sub": user.ID, "name": user.Name, "email": user.Email,
		"account": map[string]string{"id": org.ID, "name": org.Name},
		"aud":     "callpoint", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	})
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(claims)
	mac := hmac.New(sha256.New, []byte(os.Getenv("CALLPOINT_CUSTOMERS_SECRET")))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil)), nil
}

func main() {
	token, err := callpointToken(User{"4127", "Ada Marsh", "ada@acme.example"}, Org{"acme", "Acme Robotics"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token)
}
