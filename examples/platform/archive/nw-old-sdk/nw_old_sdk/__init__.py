import urllib2


def predict(url, values):
    try:
        return urllib2.urlopen(url, repr(values)).read()
    except urllib2.URLError, error:
        print "prediction failed:", error
        raise
