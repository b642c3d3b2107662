"""The Strava client (`ports.Strava`): the only package that knows Strava's addresses, tokens, limits and JSON.

Start with `client`: every call that can be made. Below it:
`tokens` refreshes access tokens, one refresh per runner at a time; `call_gate` and `rate_limits` stop calls while a
rate window is full or the app is inactive; `oauth` connects and disconnects; `parse` and `json_fields` turn Strava's
JSON into values of ours, `refusals` its error answers into errors of ours; `http_session` and `connections` say where
calls may go and how long they may take.

stravalib is imported by the first call and not with this package, so a process that never calls Strava stays smaller.
"""
