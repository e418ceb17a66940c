<?php
// Prints a token, signed with CALLPOINT_CUSTOMERS_SECRET, for one signed-in user: `php mint.php`

/** A token for whoever is signed in, for an hour. */
function callpoint_token(object $user, object $org): string
{
    $encode = fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $json = fn (array $value): string => $encode(json_encode($value, JSON_THROW_ON_ERROR));
    $now = time();
    $signed = $json(['alg' => 'HS256', 'typ' => 'JWT']) . '.' . $json([
        'sub' => (string) $user->id, 'name' => $user->name, 'email' => $user->email,
        'account' => ['id' => (string) $org->id, 'name' => $org->name],
        'aud' => 'callpoint', 'iat' => $now, 'exp' => $now + 3600,
    ]);
    return $signed . '.' . $encode(hash_hmac('sha256', $signed, getenv('CALLPOINT_CUSTOMERS_SECRET'), true));
}

$user = (object) ['id' => 4127, 'name' => 'Ada Marsh', 'email' => 'ada@acme.example'];
echo callpoint_token($user, (object) ['id' => 'acme', 'name' => 'Acme Robotics']), "\n";
