-- Sends the requests of the file REQUESTS in turn: method, path, Cookie, body, parted by tabs; ORIGIN is the Origin of what has a body.
local requests = {}
local at = 0

function init()
    for line in io.lines(os.getenv("REQUESTS")) do
        local method, path, cookie, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
        local headers = {}
        if cookie ~= "" then
            headers["Cookie"] = cookie
        end
        if body ~= "" then
            headers["Content-Type"] = "application/json"
            headers["Origin"] = os.getenv("ORIGIN")
        end
        requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
