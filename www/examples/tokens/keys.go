// Prints a token, signed with the private key in CALLPOINT_SIGNING_KEY, for one signed-in user: `go run keys.go`
package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
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
	block, _ := pem.Decode([]byte(os.Getenv("CALLPOINT_SIGNING_KEY")))
	if block == nil {
		return "", errors.New("CALLPOINT_SIGNING_KEY is no key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return "", errors.New("CALLPOINT_SIGNING_KEY is no Ed25519 key")
	}
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
	signed := encode([]byte(`{"alg":"EdDSA","kid":"2026-11"}`)) + "." + encode(claims)
	return signed + "." + encode(ed25519.Sign(key, []byte(signed))), nil
}

func main() {
	token, err := callpointToken(User{"4127", "Ada Marsh", "ada@acme.example"}, Org{"acme", "Acme Robotics"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token)
}
